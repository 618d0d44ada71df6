"""Set pieces: how the ball goes dead, and how it comes back into play."""
import numpy as np

from . import incidents, open_play
from .football import ARM, FORMATION, HOLD, KICK, OVERHEAD, REFEREE
from .game import Game
from .pitch import BOX_DEPTH, CIRCLE, LENGTH, SIX_DEPTH, SPOT, WIDTH, goal_x


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


def ball_behind_for_corner(game: Game) -> None:
    """The carrier's cross is turned behind by a defender."""
    world = game.world
    team = world.team_of(world.carrier)
    rows = game.mates(1 - team)
    line = goal_x(world.attack[team])
    spot = world.ball[:2] + (np.array([line, WIDTH / 2 + game.rng.normal(0, 6)]) - world.ball[:2]) * 0.5
    defender = game.nearest(rows, spot)
    spot = spot * 0.4 + world.pos[defender] * 0.6
    seconds = float(np.clip(np.hypot(*(spot - world.ball[:2])) / 15, 0.5, 1.0))
    open_play.release(game, (*spot, 1.0), seconds, 0.8, False)
    world.errands[defender] = *spot, 8.0
    world.contact = {defender}
    game.wait(seconds)
    deflect_behind(game, 1 - team, defender)


def deflect_behind(game: Game, team: int, toucher: int) -> None:
    """Player toucher of the defending team turns the ball over his own goal line: a corner."""
    world = game.world
    line = goal_x(world.attack[1 - team])
    direction = world.attack[1 - team]
    side = 1 if world.ball[1] > WIDTH / 2 else -1
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
    game.wait(max(0.1, 0.1 if not game.cuts else game.cuts[-1].end - game.time))
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
        keeper_plays_out(game, keeper)


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
    game.emit("goal_kick", team, keeper)
    game.wait(game.rng.uniform(1.3, 1.9))
    world.errands[keeper] = *behind(ball, direction, 0.4), 4.0
    game.wait(0.35)
    rows = sorted(game.mates(team), key=lambda i: abs(game.distance(int(i), np.array(ball)) - 26))
    send(game, keeper, int(rows[int(game.rng.integers(0, 3))]))


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
