"""What two bodies of data share: people, volumes, pictures, questions."""
