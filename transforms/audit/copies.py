"""One picture under several subjects, written anew: in another format, another size, mirrored or turned.

A picture is compared as SIDE x SIDE pixels without what is larger than some of them, its contrast made even: so the
frame that all pictures of a device share (a fundus' circle, an endoscope's octagon) does not make them alike. Which
pictures to compare is found by a description that no mirroring or turning changes: of its cosine transform each
coefficient without its sign, with the one that a transposition exchanges it for. Neither that nor its main axes move
two pictures further apart than they are, so a copy is missed only where more than NEIGHBOURS others are as near.
"""

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.fft import dctn
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import KDTree

from schemas import LabelSpace
from transforms.audit._seen import Seen, compared, seen
from transforms.audit.base import Case, Finding

NAME = "copies"
DOES = "one picture under several subjects, written anew: another format or size, mirrored or turned"
SIDE = 64  # pixels of the copy that is compared, and of the smallest picture that is
FINE, AROUND = 2.0, 4.0  # pixels of it: what is larger is left out, and over how much its contrast is made even
FAINT = 0.1  # of the picture's deviation: flatter parts stay flat
# Correlation of two such copies. Measured on real images (docs/audit.md): 0.97 to 1 after JPEG 60, resizing and
# mirroring; up to 0.94 between different ones of a kind, 0.97 between slices of one scan 2.5 mm apart.
ALIKE = 0.97
LOW = 16  # frequencies along each axis of a description
AXES = 16  # numbers of a description by which neighbours are looked for
NEIGHBOURS = 32
NAMED = 20  # files of one finding


class Check:
    """Images alone, not tiny and not of one value; volumes and frames of a video are like their neighbours. Pictures of
    one subject or one study are no copies, and equal pixels are told by `duplicates`. It keeps 4 KB of a picture."""

    def __init__(self, space: LabelSpace) -> None:
        self.seen: list[tuple[Seen, str, str]] = []  # with the study and the digest
        self.small: list[NDArray[np.int8]] = []

    def add(self, case: Case) -> Iterator[Finding]:
        yield from ()
        if case.pixels is None or case.record.kind != "image" or min(case.pixels.array.shape[:2]) < SIDE:
            return
        small = _small(case.pixels.bright)
        if small is not None:
            self.small.append(small)
            self.seen.append((seen(case), case.record.study or case.record.key, case.digest))

    def end(self) -> Iterator[Finding]:
        pairs = [pair for pair in _near(self.small) if self._apart(*pair) and _alike(*(self.small[n] for n in pair))]
        if not pairs:
            return
        one, other = np.array(pairs).T
        graph = coo_array((np.ones(len(pairs)), (one, other)), shape=(len(self.seen),) * 2)
        _, groups = connected_components(graph, directed=False)
        for group in np.unique(groups[one]):
            yield _finding([self.seen[n][0] for n in np.flatnonzero(groups == group)])

    def _apart(self, one: int, other: int) -> bool:
        """Whether two pictures should have nothing in common."""
        (a, study, digest), (b, other_study, other_digest) = self.seen[one], self.seen[other]
        return a.subject != b.subject and study != other_study and digest != other_digest


def _finding(group: list[Seen]) -> Finding:
    told, _ = compared(group)
    return Finding(
        check=NAME, severity="warning", paths=tuple(one.path for one in group[:NAMED]),
        text=f"one picture, written anew, is {len(group)} records{told}",
    )  # fmt: skip


def _small(array: NDArray[np.generic]) -> NDArray[np.int8] | None:
    """What is fine in a picture, on SIDE x SIDE pixels and as 127 steps of its largest value; None where it is even."""
    values = np.nan_to_num(np.asarray(array, np.float32))
    values = values.mean(axis=-1) if values.ndim == 3 else values
    small = np.asarray(cv2.resize(values, (SIDE, SIDE), interpolation=cv2.INTER_AREA), np.float32)
    fine = small - _blurred(small, FINE)
    spread = float(fine.std())
    if spread <= 1e-6 * max(1.0, float(np.abs(small).max())):
        return None
    even = fine / (np.sqrt(_blurred(fine * fine, AROUND)) + FAINT * spread)
    return np.asarray(np.rint(even * (127 / np.abs(even).max())), np.int8)


def _blurred(small: NDArray[np.float32], sigma: float) -> NDArray[np.float32]:
    return np.asarray(cv2.GaussianBlur(small, (0, 0), sigma, borderType=cv2.BORDER_REFLECT), np.float32)


def _unit(small: NDArray[np.int8]) -> NDArray[np.float32]:
    values = small.astype(np.float32)
    return np.asarray(values / np.linalg.norm(values), np.float32)


def _alike(one: NDArray[np.int8], other: NDArray[np.int8]) -> bool:
    """Whether any mirroring or turning makes two pictures one."""
    a, b = _unit(one), _unit(other)
    turned = (np.rot90(side, quarter) for side in (b, b.T) for quarter in range(4))
    return any(float(np.vdot(a, each)) > ALIKE for each in turned)


def _near(pictures: list[NDArray[np.int8]]) -> Iterator[tuple[int, int]]:
    """Pairs that may be copies, each once."""
    if len(pictures) < 2:
        return
    described = np.stack([_described(one) for one in pictures])
    centred = described - described.mean(axis=0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    places = centred @ axes[:, -AXES:]
    furthest = float(np.sqrt(2 - 2 * ALIKE))  # between two pictures of length 1 that correlate so
    count = min(NEIGHBOURS + 1, len(pictures))
    _, found = KDTree(places).query(places, k=count, distance_upper_bound=furthest)
    pairs = {(min(n, int(m)), max(n, int(m))) for n, row in enumerate(found) for m in row if m != n and m < len(places)}
    for one, other in sorted(pairs):
        if np.linalg.norm(described[one] - described[other]) <= furthest:
            yield one, other


def _described(small: NDArray[np.int8]) -> NDArray[np.float32]:
    """What of a picture neither mirroring nor turning changes."""
    waves = np.abs(dctn(_unit(small), norm="ortho")[:LOW, :LOW])
    upper = np.triu_indices(LOW, 1)
    one, other = waves[upper], waves.T[upper]
    return np.asarray(np.concatenate([np.diag(waves), np.maximum(one, other), np.minimum(one, other)]), np.float32)
