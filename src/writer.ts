import { projections } from './projections/index.js';
import { runWriter } from './store/sqlite/writer.js';

/** Where the writer thread of the embedded store begins; puts the writer together with the projections that it keeps up to date. */
runWriter(projections);
