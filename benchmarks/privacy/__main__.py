"""`python -m benchmarks.privacy`: what of planted personal data is found, part by part, and what is lost with it. Each
part runs alone, too (`python -m benchmarks.privacy.pixels --help`)."""

from importlib import import_module
from importlib.util import find_spec

PARTS = ("text", "headers", "pixels")


def main() -> None:
    for name in PARTS:
        if find_spec(f"benchmarks.privacy.{name}") is not None:
            print(f"\n{name}")
            import_module(f"benchmarks.privacy.{name}").main()


if __name__ == "__main__":
    main()
