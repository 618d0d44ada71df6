"""The pitch: its measures in metres, its zones, its marked spots.

World axes: x along the pitch (0 is the goal line on the left of the main camera), y across it (0 is the touchline
far from the main camera), z up. Kickabout is played on a small pitch by large players with a large ball, so that
all of them can be told apart in a small picture.
"""

LENGTH = 84.0
WIDTH = 54.0
CENTRE = (LENGTH / 2, WIDTH / 2)
BOX_DEPTH = 15.0
BOX_WIDTH = 34.0
SIX_DEPTH = 5.5
SIX_WIDTH = 17.0
SPOT = 10.5
CIRCLE = 8.0
GOAL_WIDTH = 8.6
GOAL_HEIGHT = 3.2
GOAL_DEPTH = 2.2
PLAYER_HEIGHT = 2.5
BALL_DIAMETER = 0.6

ZONES = ("left_box", "left_third", "midfield", "right_third", "right_box")


def zone_of(x: float, y: float) -> str:
    """The zone of a point in metres, in the main camera's left and right."""
    in_box_width = abs(y - WIDTH / 2) <= BOX_WIDTH / 2
    if x <= BOX_DEPTH and in_box_width:
        return "left_box"
    if x >= LENGTH - BOX_DEPTH and in_box_width:
        return "right_box"
    if x < LENGTH / 3:
        return "left_third"
    return "right_third" if x > LENGTH * 2 / 3 else "midfield"


def side_of(y: float) -> str | None:
    """'far' or 'near' for a point in the outer quarters of the pitch's width, else None."""
    if y < WIDTH / 4:
        return "far"
    return "near" if y > WIDTH * 3 / 4 else None


def goal_x(direction: int) -> float:
    """The goal line that a team attacking in direction (+1 right, -1 left) shoots at, in metres."""
    return LENGTH if direction > 0 else 0.0
