"""The plain script: one process, one loop. `python benchmarks/peers/plain.py RAW OUT [--measure skimage|cc3d]`."""

from work import arguments, pairs, work, write


def main() -> None:
    given = arguments(__doc__)
    write(given.out, (work(image, mask, given.measure) for image, mask in pairs(given.raw)))


if __name__ == "__main__":
    main()
