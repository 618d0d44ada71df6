import { loadVlm } from '../../src/vlm/load.js';
import { clip, tinyConfig } from '../vlm/tiny.js';
import { vlmContract } from './vlm.js';

vlmContract('a model in a worker', () => loadVlm(tinyConfig), clip);
