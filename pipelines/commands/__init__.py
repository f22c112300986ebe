"""The commands of `triptych`, a file for those that belong together. They call stages; nothing calls them."""

INTERRUPTED = 130  # the exit code of a Ctrl-C, as shells say it of SIGINT
