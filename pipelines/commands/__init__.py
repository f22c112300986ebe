"""The commands of `triptych`, a file for those that belong together. They call stages; nothing calls them."""
