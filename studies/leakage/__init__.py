"""Looks for anything but the breast that tells the arms of a study apart. Pure: figures from arrays and facts."""
