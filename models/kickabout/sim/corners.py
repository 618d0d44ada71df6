"""Corners: how the ball goes behind, the crowded box, and the cross."""
import numpy as np

from . import incidents, keepers, open_play
from .dead_ball import resume, walk_to_ball
from .football import KICK
from .game import Game
from .pitch import WIDTH, goal_x


def ball_behind_for_corner(game: Game) -> None:
    """A cross from the wing, high into the box, is headed behind by a defender."""
    world = game.world
    team = world.team_of(world.carrier)
    line, direction = goal_x(world.attack[team]), world.attack[team]
    side = 1 if world.ball[1] > WIDTH / 2 else -1
    wing = np.array([line - direction * game.rng.uniform(7, 13), WIDTH / 2 + side * (WIDTH / 2 - game.rng.uniform(4, 8))])
    for _ in range(5):
        if game.distance(world.carrier, wing) < 5:
            break
        open_play.carry(game, 0.7, wing, 6.2)
    spot = np.array([line - direction * game.rng.uniform(5, 8), WIDTH / 2 + side * game.rng.uniform(2, 7)])
    rows = game.mates(1 - team)
    defender = game.nearest(rows, spot)
    seconds = float(np.clip(np.hypot(*(spot - world.ball[:2])) / 16, 0.9, 1.5))
    crosser = open_play.release(game, (*spot, 1.9), seconds, 4.5, False)
    world.errands[defender] = *spot, max(7.0, game.distance(defender, spot) / seconds)
    world.errands[crosser] = *world.pos[crosser], 2.0
    world.contact = {defender}
    game.wait(seconds)
    deflect_behind(game, 1 - team, defender, side)


def deflect_behind(game: Game, team: int, toucher: int, side: int = 0) -> None:
    """Player toucher of the defending team turns the ball over his own goal line, on a side or the nearer one: a corner."""
    world = game.world
    line = goal_x(world.attack[1 - team])
    direction = world.attack[1 - team]
    side = side or (1 if world.ball[1] > WIDTH / 2 else -1)
    y = WIDTH / 2 + side * game.rng.uniform(7, 13)
    if (y - world.ball[1]) * side < 0:
        y = world.ball[1] + side * 2
    seconds = float(np.clip(abs(line - world.ball[0]) / 10, 0.6, 1.3))
    world.kick((line + direction * 3.5, float(np.clip(y, 3, WIDTH - 3)), 0.0), seconds, apex=1.2)
    world.in_play = False
    game.wait(seconds + 0.5)
    corner(game, 1 - team, side)


def corner(game: Game, team: int, side: int) -> None:
    """Team's corner on side +1 (near) or -1 (far)."""
    world = game.world
    game.clear()
    world.in_play, world.phase = False, "corner"
    world.possession = team
    direction = world.attack[team]
    line = goal_x(direction)
    flag = np.array([line - direction * 0.7, WIDTH - 0.7 if side > 0 else 0.7])
    world.place_ball(*flag)
    taker = game.nearest(game.mates(team), flag)
    if game.distance(taker, flag) > 14:
        game.cut("close", 1.9, taker)
    crowd_the_box(game, team, taker)
    world.focus = (float(flag[0] - direction * 5), float(flag[1] + (WIDTH / 2 - flag[1]) * 0.33), 29.0)
    walk_to_ball(game, taker, (float(flag[0] + direction * 0.3), float(flag[1] + side * 0.8)), 4.0, 9.5)
    world.pos[taker] = flag[0] + direction * 0.3, flag[1] + side * 0.8
    game.wait_for_main_camera()
    game.emit("corner", team, taker, at=tuple(flag))
    game.wait(game.rng.uniform(1.7, 2.5))
    target = np.array([line - direction * game.rng.uniform(4, 10), WIDTH / 2 + game.rng.normal(0, 3.5)])
    outcome = game.pick({"header": 0.4, "cleared": 0.35, "caught": 0.25})
    world.set_pose(KICK, taker)
    world.kick((*target, 1.6 if outcome != "caught" else 2.0), 1.35, apex=3.6)
    keeper = (1 - team) * 11
    rows = game.mates(team if outcome == "header" else 1 - team)
    first = keeper if outcome == "caught" else game.nearest(rows[rows != taker], target)
    world.errands[first] = *target, 7.0
    world.contact = {first}
    game.wait(1.35)
    resume(game)
    if outcome == "header":
        world.give(first)
        world.ball[2] = 1.5
        incidents.shoot(game)
    elif outcome == "cleared":
        out = game.inside(line - direction * game.rng.uniform(20, 28), WIDTH / 2 + game.rng.normal(0, 12), margin=4)
        world.kick((*out, 0.0), 1.2, apex=2.5)
        game.wait(0.9)
        incidents.loose_ball(game, np.array(out))
    else:
        world.hold(first)
        keepers.keeper_plays_out(game, keeper)


def crowd_the_box(game: Game, team: int, taker: int) -> None:
    """Six attackers and eight defenders in front of goal; one keeps to the keeper's line."""
    world = game.world
    line, direction = goal_x(world.attack[team]), world.attack[team]
    attackers = [int(i) for i in game.mates(team) if i != taker]
    attackers.sort(key=lambda i: game.distance(i, (line, WIDTH / 2)))
    defenders = sorted((int(i) for i in game.mates(1 - team)), key=lambda i: game.distance(i, (line, WIDTH / 2)))
    for order, index in enumerate(attackers[:6]):
        world.errands[index] = line - direction * (4 + 2.2 * (order % 3) + game.rng.random()), WIDTH / 2 + (order - 2.5) * 2.9, 8.0
    for order, index in enumerate(defenders[:8]):
        world.errands[index] = line - direction * (2.5 + 2.6 * (order % 3) + game.rng.random()), WIDTH / 2 + (order - 3.5) * 2.4, 8.0
    world.errands[(1 - team) * 11] = line - direction * 1.0, WIDTH / 2, 6.0
