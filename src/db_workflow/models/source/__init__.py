"""The models as the repository has them: imported afresh, with the places where things stand."""
