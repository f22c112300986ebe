"""Where words name a concept: captions and reports read for mentions, with how a finding is meant and on which side."""

from transforms.mentions.link import mentions

__all__ = ["mentions"]
