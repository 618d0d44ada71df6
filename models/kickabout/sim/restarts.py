"""Kick-offs, throw-ins, free kicks, penalties, and the ends of the halves."""
import numpy as np

from . import incidents, open_play
from .dead_ball import behind, resume, roll_to, walk_to_ball
from .football import ARM, FORMATION, KICK, OVERHEAD, REFEREE
from .game import Game
from .pitch import BOX_DEPTH, CIRCLE, LENGTH, SPOT, WIDTH, goal_x


def line_up(game: Game, team: int, at_once: bool = False) -> None:
    """Everyone to his own half for a kick-off by team."""
    world = game.world
    for side in (0, 1):
        direction = world.attack[side]
        rows = game.mates(side, keeper=True)
        for index in rows:
            share, across = FORMATION[index % 11]
            x = LENGTH / 2 - direction * (1.6 + (1 - share) * LENGTH / 2 * 0.86)
            y = across * WIDTH
            gap = np.hypot(x - LENGTH / 2, y - WIDTH / 2)
            if gap < CIRCLE + 0.8:
                x = LENGTH / 2 - direction * (CIRCLE + 0.8)
            world.errands[int(index)] = x, y, 7.0
    first, second = team * 11 + 9, team * 11 + 6
    direction = world.attack[team]
    world.errands[first] = LENGTH / 2 - direction * 0.75, WIDTH / 2, 8.0
    world.errands[second] = LENGTH / 2 - direction * 4.5, WIDTH / 2 + 2.5, 8.0
    world.errands[REFEREE] = LENGTH / 2 - 3, WIDTH / 2 - 6, 7.0
    if at_once:
        for index, (x, y, _) in world.errands.items():
            world.pos[index] = x, y
            world.vel[index] = 0.0


def back_to_the_middle(game: Game, team: int, at_once: bool = False) -> None:
    """The ball to the centre spot, everyone to his place for a kick-off by team."""
    world = game.world
    world.in_play, world.phase = False, "kickoff"
    world.possession = team
    world.stand_up()
    world.place_ball(LENGTH / 2, WIDTH / 2)
    world.focus = (LENGTH / 2, WIDTH / 2, 28.0)
    line_up(game, team, at_once)


def kick_off(game: Game, team: int, at_once: bool = False) -> None:
    world = game.world
    back_to_the_middle(game, team, at_once)
    taker = team * 11 + 9
    spot = (LENGTH / 2 - world.attack[team] * 0.75, WIDTH / 2)
    game.wait(2.0 if at_once else 1.2)
    game.wait(5.0, lambda: game.distance(taker, spot) < 0.4)
    game.wait(0.8)
    event = game.emit("kick_off", team, taker)
    event["half"] = game.half
    resume(game)
    mate = team * 11 + 6
    world.carrier = taker
    open_play.pass_to(game, mate, lofted=False)
    open_play.carry(game, 0.9)


def ball_over_touchline(game: Game) -> None:
    """A pass or a clearance runs out; the other side throws in."""
    world = game.world
    loser = world.team_of(world.carrier)
    y = 0.0 if world.ball[1] < WIDTH / 2 else WIDTH
    if abs(world.ball[1] - y) > 20:
        open_play.carry(game, 1.6, np.array([world.ball[0], y]), 5.5)
    x, _ = game.inside(world.ball[0] + world.attack[loser] * game.rng.uniform(1, 9), 10.0, margin=6.0)
    out = 1.6 if y > 0 else -1.6
    seconds = float(np.clip(abs(world.ball[1] - y) / 12, 0.7, 1.6))
    open_play.release(game, (x, y + out, 0.0), seconds)
    game.wait(seconds)
    throw_in(game, 1 - loser, x, y)


def throw_in(game: Game, team: int, x: float, y: float) -> None:
    world = game.world
    world.in_play, world.phase = False, "throw_in"
    world.possession = team
    rows = game.mates(team)
    taker = game.nearest(rows, np.array([x, y]))
    step_out = 0.5 if y > 0 else -0.5
    world.focus = (x, y, 27.0)
    walk_to_ball(game, taker, (x, y + step_out), 5.0, 8.0)
    world.hold(taker)
    world.set_pose(OVERHEAD, taker)
    world.errands[taker] = x, y + step_out, 0.5
    others = [int(i) for i in rows if i != taker]
    others.sort(key=lambda i: game.distance(i, (x, y)))
    receiver = others[int(game.rng.integers(0, 2))]
    inward = -1 if y > 0 else 1
    world.errands[receiver] = *game.inside(x + world.attack[team] * game.rng.uniform(-4, 7), y + inward * game.rng.uniform(6, 9)), 5.0
    game.wait(0.25)
    game.emit("throw_in", team, taker, at=(x, y))
    game.wait(game.rng.uniform(1.2, 1.9))
    end = world.pos[receiver]
    world.set_pose(KICK, taker)
    world.kick((float(end[0]), float(end[1]), 0.0), 0.8, apex=0.8)
    resume(game)
    world.errands[receiver] = float(end[0]), float(end[1]), 5.0
    game.wait(0.8)
    world.errands.clear()
    open_play.collect(game, receiver)


def free_kick(game: Game, team: int, spot: np.ndarray, victim: int) -> None:
    world = game.world
    world.in_play, world.phase = False, "free_kick"
    world.possession = team
    direction = world.attack[team]
    x, y = game.inside(*spot, margin=2.0)
    roll_to(game, (x, y))
    goal = np.array([goal_x(direction), WIDTH / 2])
    near = float(np.hypot(*(goal - (x, y)))) < 27
    for index in range(22):
        if np.hypot(*(world.pos[index] - (x, y))) < 7:
            away = (world.pos[index] - (x, y)) / (game.distance(index, (x, y)) + 0.1)
            world.errands[index] = *game.inside(*(np.array([x, y]) + away * 8)), 4.0
    if near:
        toward = (goal - (x, y)) / np.hypot(*(goal - (x, y)))
        across = np.array([-toward[1], toward[0]])
        wall = sorted(game.mates(1 - team), key=lambda i: game.distance(int(i), (x, y)))[:4]
        for order, index in enumerate(wall):
            world.errands[int(index)] = *(np.array([x, y]) + toward * 7.5 + across * (order - 1.5) * 1.5), 7.0
    rows = game.mates(team)
    taker = game.nearest(rows[rows != victim], np.array([x, y]))
    world.focus = (x + direction * 4, y * 0.85 + WIDTH * 0.075, 28.0)
    walk_to_ball(game, taker, behind((x, y), direction, 1.3), 4.0)
    game.emit("free_kick", team, taker, at=(x, y))
    game.wait(1.5)
    world.errands[taker] = *behind((x, y), direction, 0.5), 5.0
    game.wait(0.3)
    resume(game)
    world.carrier = taker
    if near:
        incidents.shoot(game)
        return
    receiver = open_play.choose_receiver(game, 0.6)
    if receiver is not None:
        open_play.pass_to(game, receiver)


def penalty(game: Game, team: int) -> None:
    world = game.world
    world.in_play, world.phase = False, "penalty"
    world.possession = team
    direction = world.attack[team]
    line = goal_x(direction)
    ball = (line - direction * SPOT, WIDTH / 2)
    taker = team * 11 + 9
    keeper = (1 - team) * 11
    roll_to(game, ball)
    for index in range(22):
        if index in (taker, keeper, team * 11):
            continue
        world.errands[index] = line - direction * (BOX_DEPTH + 2.0 + index % 3 * 1.6), WIDTH / 2 + (index % 11 - 5) * 3.0 + index // 11 * 1.4, 7.0
    world.errands[keeper] = line - direction * 0.4, WIDTH / 2, 7.0
    world.errands[REFEREE] = line - direction * 9, WIDTH / 2 - 11, 7.0
    world.focus = (line - direction * 8, WIDTH / 2, 27.0)
    walk_to_ball(game, taker, behind(ball, direction, 3.4), 5.0)
    event = game.emit("penalty", team, taker, at=ball)
    game.wait(2.0)
    world.errands[taker] = *behind(ball, direction, 0.5), 6.0
    game.wait(1.0, lambda: game.distance(taker, behind(ball, direction, 0.5)) < 0.3)
    resume(game)
    world.carrier = taker
    outcome = game.pick({"goal": 0.7, "saved": 0.2, "wide": 0.1})
    incidents.shoot(game, outcome)
    event["outcome"] = outcome


def half_time(game: Game, team: int) -> None:
    """The whistle, a graphic, and everybody comes back on the other side."""
    world = game.world
    world.in_play, world.phase = False, "half_time"
    game.clear()
    world.place_ball(*world.ball[:2])
    world.set_pose(ARM, REFEREE)
    game.emit("half_time", score={"home": game.score[0], "away": game.score[1]})
    game.wait(1.5)
    game.cut("graphic", 4.0)
    game.wait(3.0)
    world.attack.reverse()
    game.half = 2
    kick_off(game, team, at_once=True)


def full_time(game: Game) -> None:
    world = game.world
    world.in_play, world.phase = False, "full_time"
    game.clear()
    world.place_ball(*world.ball[:2])
    world.set_pose(ARM, REFEREE)
    game.emit("full_time", score={"home": game.score[0], "away": game.score[1]})
    game.wait(1.5)
    game.cut("graphic", 3.0)
    game.wait(3.0)
