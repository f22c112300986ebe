"""What is wrong with the catalogue, in one line. Apart from `catalog.load`, so that to name it costs no import."""


class CatalogError(ValueError):
    """A fault in a file of the catalogue, said in one line: file, key, next action."""

    def __init__(self, file: str, key: str, action: str) -> None:
        super().__init__(f"{file}: {key}: {action}")
        self.file, self.key, self.action = file, key, action
