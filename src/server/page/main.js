// @ts-check
import { createAhead } from './ahead.js';
import { createCaption } from './caption.js';
import { channelInAddress, createChannels } from './channels.js';
import { ownEntry } from './entry.js';
import { followFeed } from './feed.js';
import { createFigures } from './figures.js';
import { showPicture } from './picture.js';
import { reasonOf } from './reason.js';
import { showSeen } from './seen.js';
import { createSummary } from './summary.js';
import { createTranscript } from './transcript.js';
import { createVoice } from './voice.js';

/** Without a picture for so long, the source has stopped. */
const STILL_MS = 5_000;

/** @param {string} id */
const $ = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
/** @param {string} id */
const canvas = (id) => /** @type {HTMLCanvasElement} */ ($(id));
/** @param {string} name */
const card = (name) => ({
  value: $(name === 'caption' || name === 'voice' ? `${name}-ms` : name),
  note: $(`${name}-note`),
  graph: canvas(`${name}-graph`),
});

const caption = createCaption({ box: $('caption'), text: $('caption-text'), announcer: $('announcer') });
const transcript = createTranscript({ list: $('lines'), empty: $('empty'), newest: $('newest') });
const seen = showSeen($('seen-frames'), $('seen-label'));
const summary = createSummary({
  section: $('summary'),
  title: $('summary-title'),
  figures: $('summary-figures'),
});
const figures = createFigures({
  caption: card('caption'),
  voice: card('voice'),
  ticks: card('ticks'),
  talking: card('talking'),
});
const voice = createVoice(({ on, speaking }) => {
  $('voice').setAttribute('aria-pressed', String(on));
  $('voice').classList.toggle('speaking', speaking);
  $('voice-label').textContent = on ? 'Voice on' : 'Voice off';
});

const ahead = createAhead((cue) => {
  enter(cue);
  caption.show(cue);
});
/** All that may have a line, and hears when it is cut or taken back. */
const holders = [ahead, transcript, caption, figures];

/** What the page tells its reader; `render` turns it into words. */
const state = {
  link: /** @type {'connecting' | 'open' | 'down' | 'refused'} */ ('connecting'),
  /** @type {import('./feed.js').End | null} */
  end: null,
  /** Code of the error that keeps the channel off the air. @type {string | null} */
  failure: null,
  spoken: false,
  /** @type {import('./feed.js').Cue | null} */
  newest: null,
  still: false,
  /** @type {import('./feed.js').Hello['about'] | null} */
  about: null,
};

function render() {
  const [name, status, notice] = situation();
  document.body.dataset.state = name;
  $('status').textContent = status;
  $('notice').textContent = notice;
}

/** @returns {[name: string, status: string, notice: string]} */
function situation() {
  if (state.link === 'refused') return ['down', 'Refused', 'The booth refused this page. Reload it.'];
  if (state.end !== null) return ['ended', 'Ended', ''];
  if (state.link === 'down' && state.failure !== null) {
    const why = `This channel failed: ${reasonOf(state.failure)}. The terminal of the booth says more.`;
    return ['failed', 'Not on the air', why];
  }
  if (state.link === 'down' && state.about === null)
    return ['connecting', 'Waiting', 'Not on the air yet. Waiting for the programme…'];
  if (state.link === 'down') return ['down', 'Reconnecting', 'The line to the booth is down. Trying again…'];
  if (state.link === 'connecting') return ['connecting', 'Connecting', 'Connecting to the booth…'];
  if (state.still) return ['still', 'Waiting', 'No picture is coming. Waiting for the source…'];
  const status = state.about?.live ? 'Live' : 'On air';
  return ['onair', status, state.spoken ? '' : 'The booth is warming up…'];
}

let stillTimer = 0;
showPicture(canvas('picture'), (ratio) => {
  const { style } = document.documentElement;
  const value = ratio.toFixed(4);
  if (style.getPropertyValue('--ratio') !== value) style.setProperty('--ratio', value);
  $('stage').classList.add('has-picture');
  clearTimeout(stillTimer);
  stillTimer = window.setTimeout(() => {
    state.still = true;
    render();
  }, STILL_MS);
  if (!state.still) return;
  state.still = false;
  render();
});

/**
 * True for a final cue that comes once more, ending earlier: only its end is new.
 *
 * @param {import('./feed.js').Cue} cue
 */
function isCut(cue) {
  const { newest } = state;
  return newest?.final === true && cue.final && cue.seq <= newest.seq;
}

const channels = createChannels(
  {
    name: $('lang'),
    choice: /** @type {HTMLSelectElement} */ ($('channel')),
    files: document.querySelectorAll('a.file'),
  },
  (channel) => {
    startAnew();
    state.end = null;
    summary.hide();
    showChannel(channel);
    feed.listenTo(channel.channel);
    render();
  },
);

/** Another run, or another language, has nothing to do with what is on the page. */
function startAnew() {
  for (const part of [...holders, voice]) part.clear();
  state.spoken = false;
  state.newest = null;
}

/** A line enters what the page has of the programme so far. @param {import('./feed.js').Cue} cue */
function enter(cue) {
  state.spoken = true;
  transcript.cue(cue);
  figures.cue(cue);
  render();
}

const feed = followFeed(
  {
    onHello(hello, channel, isNewRun) {
      const { about } = hello;
      if (isNewRun) startAnew();
      state.about = about;
      state.end = null;
      state.failure = null;
      state.link = 'open';
      summary.hide();
      showAbout(about);
      showBoard(hello.board);
      channels.show(hello.channels, channel);
      showChannel(channel);
      render();
    },
    onCue(cue, replayed) {
      if (cue.end <= cue.start) {
        for (const part of holders) part.withdraw(cue);
        return;
      }
      if (isCut(cue)) {
        for (const part of holders) part.cut(cue);
        return;
      }
      state.newest = cue;
      if (!replayed) return ahead.add(cue);
      // What still waits was said before.
      ahead.release(cue.seq);
      enter(cue);
    },
    onTick(tick) {
      transcript.tick(tick);
      figures.tick(tick);
      seen.tick(tick, state.about?.model ?? '');
    },
    onStats(stats) {
      figures.stats(stats);
      // The last figures come after the end.
      if (state.end !== null) summary.show({ ...state.end, stats });
    },
    onVoice(utterance) {
      figures.voice(utterance);
      voice.say(utterance.url);
    },
    onEnd(end) {
      state.end = end;
      // The transcript has every line; over the picture there is none any more.
      ahead.release();
      caption.clear();
      summary.show(end);
      render();
    },
    onState(link) {
      if (link !== 'open') state.link = link;
      render();
      if (link === 'down') void askForEntry();
    },
  },
  channelInAddress(),
);

/** Without a feed, the list of all channels may know why. */
async function askForEntry() {
  const entry = await ownEntry();
  if (entry === null || state.link !== 'down') return;
  state.failure = entry.code;
  showBoard('../');
  if (state.about === null) showTitle(entry.name);
  render();
}

/** @param {string} title */
function showTitle(title) {
  document.title = `${title} · Booth`;
  $('title').textContent = title;
}

/** @param {import('./feed.js').Hello['about']} about */
function showAbout(about) {
  showTitle(about.title);
  $('title').title = about.source;
  $('model').textContent = `${about.model} · ${about.device}`;
}

/** @param {string | null} path */
function showBoard(path) {
  const link = /** @type {HTMLAnchorElement} */ ($('board'));
  link.hidden = path === null;
  if (path !== null) link.href = path;
}

/** @param {import('./feed.js').Hello['channels'][number]} channel */
function showChannel({ persona, voice }) {
  $('persona').textContent = persona;
  $('voice').hidden = voice === null;
  $('no-voice').hidden = voice !== null;
  $('voice').title = voice === null ? '' : `Voice: ${voice}`;
}

$('voice').addEventListener('click', voice.toggle);

$('captions').addEventListener('click', () => {
  const shown = $('captions').getAttribute('aria-pressed') !== 'true';
  $('captions').setAttribute('aria-pressed', String(shown));
  $('stage').classList.toggle('no-captions', !shown);
});

$('fullscreen').hidden = !document.fullscreenEnabled;
$('fullscreen').addEventListener('click', () => {
  if (document.fullscreenElement === null) $('stage').requestFullscreen();
  else document.exitFullscreen();
});

render();
