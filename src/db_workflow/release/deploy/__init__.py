"""Deploy: production brought to a version, behind guards, with a proven way back."""
