"""Kickabout's language and sound: reference lines, what a line claims, stadium sound, and pictures that are no football."""
