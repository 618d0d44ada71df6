"""Open play: carrying, passing, tackling, intercepting, and spells of possession that end as dealt."""
import numpy as np

from . import corners, incidents, restarts
from .football import KICK, RUN, SLIDE
from .game import Game
from .pitch import LENGTH, WIDTH, goal_x


def goal_of(game: Game, team: int) -> np.ndarray:
    """The middle of the goal that a team attacks."""
    return np.array([goal_x(game.world.attack[team]), WIDTH / 2])


def carry(game: Game, seconds: float, toward: np.ndarray | None = None, speed: float = 4.6) -> None:
    """The carrier runs with the ball, toward a point (default: goal), round opponents."""
    world = game.world
    index = world.carrier
    target = goal_of(game, world.team_of(index)) if toward is None else toward
    bend = game.rng.normal(0, 0.35)
    rivals = game.mates(1 - world.team_of(index))
    steps = max(1, round(seconds / 0.16))
    for _ in range(steps):
        way = target - world.pos[index]
        angle = np.arctan2(way[1], way[0]) + bend
        rival = world.pos[game.nearest(rivals, world.pos[index])] - world.pos[index]
        if np.hypot(*rival) < 5:
            turn = np.angle(np.exp(1j * (angle - np.arctan2(rival[1], rival[0]))))
            if abs(turn) < 1.0:
                angle += 0.9 * (1 if turn > 0 else -1)
        x, y = game.inside(*(world.pos[index] + 5 * np.array([np.cos(angle), np.sin(angle)])), margin=2.5)
        world.errands[index] = x, y, speed
        game.wait(0.16)
    world.errands.pop(index, None)


def choose_receiver(game: Game, forward: float) -> int | None:
    """The team-mate to pass to: open, in a clear lane, and as far forward as the weight says."""
    world = game.world
    index, team = world.carrier, world.team_of(world.carrier)
    rows = game.mates(team, keeper=False)
    rows = rows[rows != index]
    way = world.pos[rows] - world.pos[index]
    dist = np.hypot(way[:, 0], way[:, 1])
    rivals = world.pos[game.mates(1 - team)]
    gap = np.hypot(*(world.pos[rows][:, None] - rivals[None]).transpose(2, 0, 1)).min(1)
    along = np.clip(((rivals[None] - world.pos[index]) * way[:, None]).sum(2) / (dist[:, None] ** 2 + 1e-6), 0.1, 0.95)
    lane = np.hypot(*(world.pos[index] + along[..., None] * way[:, None] - rivals[None]).transpose(2, 0, 1)).min(1)
    score = forward * way[:, 0] * world.attack[team] / 10 + np.minimum(gap, 6) / 4 + np.minimum(lane, 3) / 2 - np.abs(dist - 12) / 8
    score += game.rng.normal(0, 0.5, len(rows))
    score[(dist < 5) | (dist > 27)] = -1e9
    best = int(np.argmax(score))
    return None if score[best] < -1e8 else int(rows[best])


def release(game: Game, end: tuple[float, float, float], seconds: float, apex: float = 0.0, rolls: bool = True) -> int:
    """The carrier kicks the ball on its way. Returns who kicked."""
    world = game.world
    index = world.carrier
    world.set_pose(KICK, index)
    world.kick(end, seconds, apex, rolls)
    return index


def collect(game: Game, index: int, patience: float = 2.5) -> None:
    """Player index runs onto the ball and has it."""
    world = game.world
    world.contact = {index}

    def reached() -> bool:
        world.errands[index] = world.ball[0], world.ball[1], 7.5
        return world.flight is None and game.distance(index, world.ball) < 0.75
    game.wait(patience, reached)
    world.errands.pop(index, None)
    world.contact.clear()
    world.pose[:] = np.where(world.pose == KICK, RUN, world.pose)
    world.give(index)


def pass_to(game: Game, receiver: int, lofted: bool | None = None) -> None:
    """The carrier passes to a team-mate, who takes the ball in."""
    world = game.world
    start = world.pos[world.carrier]
    far = game.distance(receiver, start)
    lofted = far > 18 if lofted is None else lofted
    seconds = max(0.55, far / (15.0 if lofted else 14.0))
    lead = world.vel[receiver] * seconds * 0.6
    x, y = game.inside(*(world.pos[receiver] + np.clip(lead, -4, 4)))
    if far > 17:
        game.emit("pass", world.team_of(receiver), world.carrier, to=receiver % 11 + 1)
    release(game, (x, y, 0.0), seconds, far * 0.16 if lofted else 0.0, not lofted)
    world.errands[receiver] = x, y, 7.0
    game.wait(seconds)
    collect(game, receiver)


def intercept(game: Game) -> None:
    """The carrier's pass is cut out by an opponent."""
    world = game.world
    receiver = choose_receiver(game, 0.8)
    if receiver is None:
        tackle(game)
        return
    team = world.team_of(receiver)
    rows = game.mates(1 - team)
    start, way = world.pos[world.carrier], world.pos[receiver] - world.pos[world.carrier]
    along = np.clip(((world.pos[rows] - start) * way).sum(1) / (way @ way), 0.4, 0.85)
    spots = start + along[:, None] * way
    best = int(np.argmin(np.hypot(*(world.pos[rows] - spots).T)))
    thief, spot = int(rows[best]), spots[best]
    seconds = float(np.clip(max(game.distance(thief, spot) / 6.5, np.hypot(*(spot - start)) / 14), 0.45, 1.3))
    release(game, (*spot, 0.0), seconds)
    world.errands[thief] = *spot, 8.0
    game.wait(seconds)
    collect(game, thief)
    game.emit("interception", world.team_of(thief), thief)
    carry(game, 0.9)


def close_in(game: Game, index: int, seconds: float = 1.6) -> bool:
    """Player index goes for the carrier; True when near enough to touch."""
    world = game.world
    world.contact = {index}
    world.errands[world.carrier] = *game.inside(*(world.pos[world.carrier] + world.face[world.carrier] * 5), margin=3), 3.0

    def near() -> bool:
        world.errands[index] = world.ball[0], world.ball[1], 8.0
        return game.distance(index, world.ball) < 0.9
    game.wait(seconds, near)
    world.errands.clear()
    return game.distance(index, world.ball) < 1.6


def tackle(game: Game) -> None:
    """The nearest opponent wins the ball, fairly."""
    world = game.world
    loser = world.carrier
    index = game.nearest(game.mates(1 - world.team_of(loser)), world.ball)
    close_in(game, index)
    slides = game.chance(0.5)
    if slides:
        world.set_pose(SLIDE, index)
    away = game.inside(*(world.ball[:2] + 4.0 * (world.pos[index] - world.pos[loser]) + game.rng.normal(0, 1.5, 2)), margin=2)
    game.emit("tackle", world.team_of(index), index)
    world.kick((*away, 0.0), 0.6, rolls=True)
    world.errands[loser] = *world.pos[loser], 1.0
    game.wait(0.5)
    world.pose[index] = RUN
    collect(game, index)
    world.errands.pop(loser, None)
    carry(game, 1.0)


def beat_a_man(game: Game) -> None:
    """The carrier bursts forward past a presser."""
    world = game.world
    game.emit("dribble", world.team_of(world.carrier), world.carrier)
    carry(game, game.rng.uniform(1.2, 2.0), speed=6.4)


def build(game: Game, passes: int, forward: float) -> None:
    """A few carries and passes."""
    for _ in range(passes):
        carry(game, game.rng.uniform(0.85, 1.7) if forward > 0 else game.rng.uniform(1.1, 2.2),
              None if forward > 0 else game.world.pos[game.world.carrier] + game.rng.normal(0, 6, 2), 4.6 if forward > 0 else 2.6)
        receiver = choose_receiver(game, forward)
        if receiver is not None:
            pass_to(game, receiver)


def calm(game: Game) -> None:
    """A quiet spell among the defenders and midfield."""
    world = game.world
    target = game.time + game.rng.uniform(5.5, 10.0)
    away = np.array([LENGTH / 2 - 8 * world.attack[world.possession], WIDTH / 2])
    carry(game, 1.2, away, 3.0)
    event = game.emit("calm", world.possession, None)
    while game.time < target:
        build(game, 1, -0.25)
    event["end"] = round(game.time, 2)


def into_range(game: Game, reach: float) -> None:
    """Passes and runs until the carrier is within reach of goal, in metres."""
    world = game.world
    goal = goal_of(game, world.possession)
    for attempt in range(9):
        far = game.distance(world.carrier, goal)
        if far < reach and abs(world.ball[1] - WIDTH / 2) < 15:
            return
        receiver = choose_receiver(game, 1.3) if attempt < 5 else None
        if receiver is not None and game.distance(receiver, goal) < far + 1:
            carry(game, game.rng.uniform(0.8, 1.4))
            pass_to(game, receiver)
        elif game.chance(0.4):
            beat_a_man(game)
        else:
            carry(game, 1.2, goal, 5.8)


def spell(game: Game) -> None:
    """One spell of possession, from having the ball to its dealt end."""
    world = game.world
    world.in_play, world.phase = True, "open"
    plan = game.deal()
    if plan == "calm":
        calm(game)
        return
    build(game, int(game.rng.integers(0, 3)), 0.7)
    if plan == "shot":
        into_range(game, float(game.rng.uniform(12, 21)))
        incidents.shoot(game)
    elif plan == "foul":
        incidents.foul(game)
    elif plan == "throw_in":
        restarts.ball_over_touchline(game)
    elif plan == "corner":
        into_range(game, 24)
        corners.ball_behind_for_corner(game)
    elif plan == "interception":
        intercept(game)
    else:
        if game.chance(0.4):
            beat_a_man(game)
        tackle(game)
