"""What all set pieces share: a ball that lies still, somebody who comes to it, and play again."""
import numpy as np

from .game import Game


def walk_to_ball(game: Game, taker: int, spot: tuple[float, float], patience: float = 4.5, speed: float = 7.5) -> None:
    """The taker comes to stand behind the ball at a spot."""
    world = game.world
    world.contact = {taker}
    world.errands[taker] = *spot, speed
    game.wait(patience, lambda: game.distance(taker, spot) < 0.35)
    world.pos[taker] += np.clip(np.array(spot) - world.pos[taker], -0.3, 0.3)


def roll_to(game: Game, spot: tuple[float, float]) -> None:
    """Somebody rolls the dead ball to where it is to be kicked from; nobody waits for it."""
    far = float(np.hypot(*(game.world.ball[:2] - spot)))
    game.world.kick((*spot, 0.0), max(0.5, far / 8), rolls=True)


def behind(ball: tuple[float, float], direction: float, gap: float = 1.1) -> tuple[float, float]:
    return ball[0] - direction * gap, ball[1]


def resume(game: Game) -> None:
    game.clear()
    game.world.in_play, game.world.phase = True, "open"
