"""manifest.json.sig: who stands for a corpus. The manifest has the sum of every file: its signature covers them all.

A signature is the 64 bytes of Ed25519 (RFC 8032) over the manifest as it lies. Keys are PEM (`openssl genpkey
-algorithm ed25519`) or OpenSSH (`ssh-keygen -t ed25519`); `openssl pkeyutl -verify -rawin` checks the same file.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from transforms.shards.manifest import NAME as MANIFEST

NAME = f"{MANIFEST}.sig"


class KeyFileError(ValueError):
    """A key that cannot be used, in one line: the file, why, what to do."""


def sign(data: bytes, key: Path) -> bytes:
    """The signature of a manifest's bytes by a private key; both decide it alone. Raises KeyFileError."""
    return bytes(private(key).sign(data))


def private(key: Path) -> Any:
    """The Ed25519 private key of a file. Raises KeyFileError."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_ssh_private_key

    kind = "private key to sign with"
    found = _load(
        key, kind, lambda data: (load_ssh_private_key if b"OPENSSH" in data else load_pem_private_key)(data, None)
    )
    if not isinstance(found, Ed25519PrivateKey):
        raise KeyFileError(f"{key}: not an Ed25519 key; make one: openssl genpkey -algorithm ed25519 -out NEW.pem")
    return found


def problem(folder: Path, key: Path) -> str | None:
    """Why the folder's manifest does not bear a signature of the owner of this public key. Raises KeyFileError."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key, load_ssh_public_key

    kind = "public key to check with"
    found = _load(
        key, kind, lambda data: (load_ssh_public_key if data.startswith(b"ssh-") else load_pem_public_key)(data)
    )
    if not isinstance(found, Ed25519PublicKey):
        raise KeyFileError(f"{key}: not an Ed25519 public key; give the one that belongs to the key it was signed with")
    path = folder / NAME
    if not path.is_file() or path.is_symlink():
        return "is not in the folder: the manifest is not signed"
    try:
        found.verify(path.read_bytes(), (folder / MANIFEST).read_bytes())
    except InvalidSignature:
        return f"is no signature of this manifest by {key.name}"
    return None


def _load(key: Path, kind: str, read: Callable[[bytes], Any]) -> Any:
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        return read(key.read_bytes())
    except (FileNotFoundError, IsADirectoryError, PermissionError) as error:
        raise KeyFileError(f"{key}: no key that can be read ({error.strerror}); give a file") from error
    except TypeError as error:  # cryptography's word for a passphrase that was not given
        raise KeyFileError(f"{key}: is locked by a passphrase; give a key without one") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise KeyFileError(
            f"{key}: no {kind} (PEM or OpenSSH; a pair has one of each); see docs/operations.md"
        ) from error
