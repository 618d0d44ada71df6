"""Shots and what becomes of them, goals, fouls and cards."""
import numpy as np

from . import corners, keepers, open_play, restarts
from .football import ARM, CELEBRATE, DIVE_LEFT, DIVE_RIGHT, FALLEN, HOLD, KICK, RED, REFEREE, RUN, SLIDE, YELLOW
from .game import Game
from .pitch import BOX_DEPTH, BOX_WIDTH, GOAL_DEPTH, GOAL_HEIGHT, GOAL_WIDTH, WIDTH, goal_x

OUTCOMES = {"goal": 0.27, "saved": 0.25, "wide": 0.25, "blocked": 0.14, "post": 0.09}


def dive(game: Game, keeper: int, y: float) -> None:
    """The keeper throws himself along the goal line toward y."""
    world = game.world
    world.set_pose(DIVE_RIGHT if y > world.pos[keeper][1] else DIVE_LEFT, keeper)


def shoot(game: Game, outcome: str | None = None) -> None:
    """The carrier shoots; the outcome is drawn unless given. Plays on until somebody has the ball again."""
    world = game.world
    shooter, team = world.carrier, world.team_of(world.carrier)
    outcome = outcome or game.pick(OUTCOMES)
    world.errands.clear()
    line, direction = goal_x(world.attack[team]), world.attack[team]
    far = abs(line - world.ball[0])
    if outcome == "blocked" and far <= 6:       # no room for a defender
        outcome = "saved"
    event = game.emit("shot", team, shooter, outcome=outcome)
    keeper = (1 - team) * 11
    corner = 1 if game.chance(0.5) else -1
    inside = WIDTH / 2 + corner * game.rng.uniform(1.6, GOAL_WIDTH / 2 - 0.7)
    seconds = float(np.clip(np.hypot(far, inside - world.ball[1]) / 19, 0.62, 1.15))
    if outcome == "blocked":
        blocked(game, inside, line)
        return
    y, z = inside, float(game.rng.uniform(0.3, GOAL_HEIGHT - 1.0))
    if outcome == "wide":
        over = game.chance(0.35)
        y = inside if over else WIDTH / 2 + corner * (GOAL_WIDTH / 2 + game.rng.uniform(1.0, 3.5))
        z = GOAL_HEIGHT + game.rng.uniform(0.8, 2.0) if over else z
    elif outcome == "post":
        y, z = WIDTH / 2 + corner * GOAL_WIDTH / 2, float(game.rng.uniform(0.3, 1.8))
    beyond = 1.0 + (4.0 / max(far, 3.0) if outcome == "wide" else 0.0)
    end = world.ball + (np.array([line, y, z]) - world.ball) * beyond
    end[2] = z
    world.set_pose(KICK, shooter)
    world.kick(tuple(end), seconds * beyond, apex=0.25)
    world.contact = {keeper}
    reach = inside if outcome == "saved" else WIDTH / 2 + (y - WIDTH / 2) * (0.35 if outcome == "goal" else 0.75)
    world.errands[keeper] = line - direction * 0.9, reach, 6.5
    game.wait(max(0.12, seconds - 0.38))
    dive(game, keeper, y)
    game.wait(min(0.38, seconds - 0.12))
    world.pose[shooter] = RUN
    if outcome == "goal":
        scored(game, event, y, z)
    elif outcome == "saved":
        saved(game, event, keeper)
    elif outcome == "post":
        off_the_post(game, team)
    else:
        world.in_play = False
        game.wait(0.9)
        world.pose[keeper] = RUN
        maybe_replay(game, event, 0.15)
        keepers.goal_kick(game, 1 - team)


def maybe_replay(game: Game, event: dict, share: float) -> None:
    if game.chance(share):
        game.replay(event, event["time"] - 1.0, event["time"] + 1.6)


def blocked(game: Game, inside: float, line: float) -> None:
    """A defender throws himself into the shot."""
    world = game.world
    team = world.team_of(world.carrier)
    share = 0.38
    spot = world.ball[:2] + (np.array([line, inside]) - world.ball[:2]) * share
    blocker = game.nearest(game.mates(1 - team), spot)
    reach = game.distance(blocker, spot)
    world.contact = {blocker}
    shooter = world.carrier
    world.set_pose(KICK, shooter)
    world.errands[blocker] = *spot, max(8.0, reach / 0.5)
    world.kick((*spot, 0.5), 0.6, apex=0.1)
    game.wait(0.45)
    world.set_pose(SLIDE, blocker)
    game.wait(0.15)
    world.pose[shooter] = RUN
    world.errands.clear()
    if game.chance(0.45):
        corners.deflect_behind(game, 1 - team, blocker)
        return
    away = game.inside(*(spot + game.rng.normal(0, 4, 2) - np.array([world.attack[team] * 5, 0])), margin=3)
    world.kick((*away, 0.0), 0.8, apex=0.8)
    game.wait(0.5)
    world.pose[blocker] = RUN
    loose_ball(game, np.array(away))


def loose_ball(game: Game, spot: np.ndarray) -> None:
    rows = np.concatenate([game.mates(0), game.mates(1)])
    open_play.collect(game, game.nearest(rows, spot))
    open_play.carry(game, 0.8)


def saved(game: Game, event: dict, keeper: int) -> None:
    """The keeper stops it: he catches it, or pushes it behind for a corner."""
    world = game.world
    save = game.emit("save", world.team_of(keeper), keeper)
    if game.chance(0.3):
        save["held"] = False
        corners.deflect_behind(game, world.team_of(keeper), keeper)
        return
    save["held"] = True
    world.phase = "keeper_ball"
    world.hold(keeper)
    world.errands[keeper] = *world.pos[keeper], 1.0
    world.focus = None
    game.wait(0.9)
    world.set_pose(HOLD, keeper)
    if game.chance(0.6):
        game.cut("close", 1.8, keeper, after=0.1)
        game.wait(2.0)
    if game.chance(0.3):
        game.replay(save, event["time"] - 0.8, save["time"] + 0.8)
    keepers.keeper_plays_out(game, keeper)


def off_the_post(game: Game, team: int) -> None:
    world = game.world
    direction = world.attack[team]
    spot = np.array(game.inside(world.ball[0] - direction * game.rng.uniform(8, 12), world.ball[1] + game.rng.normal(0, 5)))
    world.kick((*spot, 0.0), 0.9, apex=0.5)
    game.wait(0.4)
    world.pose[(1 - team) * 11] = RUN
    world.errands.clear()
    open_play.collect(game, game.nearest(game.mates(1 - team), spot))
    open_play.carry(game, 0.8)


def scored(game: Game, shot: dict, y: float, z: float) -> None:
    """Ball in the net, celebration, replay, kick-off."""
    world = game.world
    team = game.names.index(shot["team"])
    scorer = team * 11 + shot["player"] - 1
    direction = world.attack[team]
    line = goal_x(direction)
    world.in_play, world.phase = False, "goal"
    penalty = game.events[shot["id"] - 1]["type"] == "penalty"
    event = game.emit("goal", team, scorer, at=(line - direction, y), of=shot["id"], penalty=penalty)
    game.goal_scored(team)
    event["score"] = {"home": game.score[0], "away": game.score[1]}
    world.kick((line + direction * (GOAL_DEPTH - 0.5), y, max(0.2, z * 0.6)), 0.25)
    world.errands.clear()
    flag = np.array([line - direction * game.rng.uniform(5, 9), WIDTH * (0.9 if game.chance(0.5) else 0.12)])
    world.set_pose(CELEBRATE, scorer)
    world.errands[scorer] = *flag, 6.8
    fans = [i for i in game.mates(team) if i != scorer]
    fans.sort(key=lambda i: game.distance(i, world.pos[scorer]))
    for order, index in enumerate(fans[:6]):
        angle = order * 1.05
        world.errands[int(index)] = flag[0] + 2.2 * np.cos(angle), flag[1] + 2.2 * np.sin(angle), 6.3
    game.wait(1.0)
    keeper = (1 - team) * 11
    world.pose[keeper] = FALLEN if game.chance(0.5) else RUN
    for _ in range(20):
        world.focus = (*((world.pos[scorer] + world.ball[:2] * 0.25) / 1.25), 26.0)
        game.wait(0.1)
    world.set_pose(CELEBRATE, *(int(i) for i in fans[:4]))
    close = game.chance(0.6)
    if close:
        game.cut("close", 2.4, scorer)
    for _ in range(26):
        world.focus = (*world.pos[scorer], 26.0)
        game.wait(0.1)
    game.clear()
    restarts.back_to_the_middle(game, 1 - team)
    if game.chance(0.9):
        game.replay(event, shot["time"] - 1.3, event["time"] + 1.1)
    else:
        game.cut("close", 2.6, (1 - team) * 11 + 9)
        game.wait(2.4)
    restarts.kick_off(game, 1 - team)


def in_box(game: Game, team: int) -> bool:
    """Whether the ball is in the box that a team attacks."""
    ball = game.world.ball
    return abs(ball[0] - goal_x(game.world.attack[team])) < BOX_DEPTH and abs(ball[1] - WIDTH / 2) < BOX_WIDTH / 2


def foul(game: Game, penalty: bool | None = None) -> None:
    """The nearest opponent brings the carrier down; a card perhaps; a free kick, or a penalty."""
    world = game.world
    penalty = game.chance(0.14) if penalty is None else penalty
    if penalty:
        open_play.into_range(game, BOX_DEPTH - 3)
    victim, team = world.carrier, world.team_of(world.carrier)
    if in_box(game, team) and not penalty:
        open_play.tackle(game)
        return
    culprit = game.nearest(game.mates(1 - team), world.ball)
    open_play.close_in(game, culprit)
    world.set_pose(SLIDE, culprit)
    spot = world.ball[:2].copy()
    penalty = in_box(game, team)
    game.wait(0.2)
    event = game.emit("foul", 1 - team, culprit, on=victim % 11 + 1)
    world.in_play, world.phase = False, "foul"
    world.set_pose(FALLEN, victim)
    world.kick((*game.inside(*(spot + world.face[victim] * 1.5 + (0.0, 2.6))), 0.0), 0.7, rolls=True)
    world.errands[victim] = *world.pos[victim], 0.1
    world.focus = (*world.pos[victim], 25.0)
    beside = world.pos[victim] + (-2.4, -0.8)
    world.errands[REFEREE] = *beside, 9.0
    world.set_pose(ARM, REFEREE)
    for index in np.flatnonzero(np.hypot(*(world.pos[:22] - world.pos[victim]).T) < 5):
        if index not in (victim, culprit):
            world.errands[int(index)] = *(world.pos[victim] + 5.0 * (world.pos[index] - world.pos[victim]) / (game.distance(index, world.pos[victim]) + 0.1)), 3.0
    game.wait(0.7)
    world.pose[culprit] = RUN
    world.errands[culprit] = *(world.pos[victim] + (3.4, 0.9)), 3.0
    game.wait(1.6)
    colour = game.pick({"none": 0.62, "yellow": 0.32, "red": 0.06})
    if penalty and colour == "none":
        colour = game.pick({"none": 0.5, "yellow": 0.5})
    if colour == "none" and game.chance(0.35):
        game.cut("close", 1.8, victim)
        game.wait(1.9)
    if colour != "none":
        show_card(game, event, culprit, colour)
    elif game.chance(0.25):
        game.replay(event, event["time"] - 1.4, event["time"] + 1.0)
    game.clear()
    if penalty:
        restarts.penalty(game, team)
    else:
        restarts.free_kick(game, team, spot, victim)


def show_card(game: Game, foul_event: dict, culprit: int, colour: str) -> None:
    """The referee walks up to the culprit and holds a card over his head."""
    world = game.world
    world.pose[REFEREE] = RUN
    world.errands[REFEREE] = *(world.pos[culprit] + (-2.3, -0.3)), 5.0
    game.wait(1.2, lambda: game.distance(REFEREE, world.pos[culprit]) < 2.6)
    world.errands[REFEREE] = *world.pos[REFEREE], 0.3
    world.errands[culprit] = *world.pos[culprit], 0.3
    world.focus = (*((world.pos[culprit] + world.pos[REFEREE]) / 2), 25.0)
    if game.chance(0.5):
        game.cut("close", 2.9, REFEREE)
        game.wait(0.3)
    world.set_pose(YELLOW if colour == "yellow" else RED, REFEREE)
    game.emit("card", world.team_of(culprit), culprit, at=tuple(world.pos[culprit]), card=colour, of=foul_event["id"])
    game.wait(2.4)
    world.pose[REFEREE] = RUN
    game.wait(0.3)
