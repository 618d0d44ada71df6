"""Keepers with the ball: playing it out of the hands, and goal kicks."""
import numpy as np

from . import open_play
from .dead_ball import behind, resume, walk_to_ball
from .football import HOLD, KICK
from .game import Game
from .pitch import BOX_DEPTH, SIX_DEPTH, WIDTH, goal_x


def keeper_plays_out(game: Game, keeper: int) -> None:
    """A keeper with the ball in the hands waits a little, then rolls or kicks it to a team-mate."""
    world = game.world
    team = world.team_of(keeper)
    world.phase = "keeper_ball"
    world.in_play = False
    world.hold(keeper)
    world.set_pose(HOLD, keeper)
    world.errands.clear()
    x, y = world.pos[keeper]
    world.errands[keeper] = float(x + world.attack[team] * 3), float(y * 0.6 + WIDTH * 0.2), 3.0
    game.wait(game.rng.uniform(1.4, 2.4))
    rows = game.mates(team)
    receiver = int(game.rng.choice(sorted(rows, key=lambda i: game.distance(int(i), world.pos[keeper]))[:5]))
    send(game, keeper, receiver)


def send(game: Game, kicker: int, receiver: int) -> None:
    """A long ball from a keeper or a set piece to a team-mate, who takes it in."""
    world = game.world
    end = world.pos[receiver].copy()
    far = game.distance(receiver, world.ball)
    seconds = float(np.clip(far / 16, 0.7, 1.9))
    world.ball[2] = min(world.ball[2], 0.6)
    world.set_pose(KICK, kicker)
    world.kick((float(end[0]), float(end[1]), 0.0), seconds, apex=far * 0.16 if far > 12 else 0.2)
    resume(game)
    world.set_pose(KICK, kicker)
    world.errands[receiver] = float(end[0]), float(end[1]), 6.0
    game.wait(seconds)
    world.errands.clear()
    open_play.collect(game, receiver)


def goal_kick(game: Game, team: int) -> None:
    world = game.world
    game.clear()
    world.in_play, world.phase = False, "goal_kick"
    world.possession = team
    keeper = team * 11
    direction = world.attack[team]
    line = goal_x(-direction)
    ball = (line + direction * (SIX_DEPTH - 0.6), WIDTH / 2 + (5.0 if world.ball[1] > WIDTH / 2 else -5.0))
    for side in (0, 1):
        for index in game.mates(side):
            x = float(world.pos[index][0])
            keep = (BOX_DEPTH + 3) if side == team else (BOX_DEPTH + 5)
            if abs(x - line) < keep or abs(x - line) > 45:
                world.errands[int(index)] = line + direction * (keep + game.rng.uniform(0, 9)), float(world.pos[index][1]), 6.0
    if game.chance(0.4):
        game.cut("close", 2.0, keeper)
    world.place_ball(*ball)
    world.focus = (ball[0] + direction * 6, ball[1] * 0.6 + WIDTH * 0.2, 28.0)
    walk_to_ball(game, keeper, behind(ball, direction, 1.6), 5.0, 5.5)
    game.wait_for_main_camera()
    game.emit("goal_kick", team, keeper)
    game.wait(game.rng.uniform(1.3, 1.9))
    world.errands[keeper] = *behind(ball, direction, 0.4), 4.0
    game.wait(0.35)
    rows = sorted(game.mates(team), key=lambda i: abs(game.distance(int(i), np.array(ball)) - 26))
    send(game, keeper, int(rows[int(game.rng.integers(0, 3))]))
