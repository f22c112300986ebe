"""Personal data: what of it is found where it was planted, and what is lost of everything else."""
