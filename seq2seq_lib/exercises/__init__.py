"""What the exercises need: models with one mistake each, to be caught."""
