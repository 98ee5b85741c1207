import { families } from '../events/catalogue.js';
import { command, exitCodes } from './command.js';
import { eventsPage } from './eventsPage.js';

export const docsEvents = command({
  description: 'Prints docs/events.md: every event with its fields, made from the catalogue.',
  options: {},
  async run(_given, { out }) {
    await out(eventsPage(families));
    return exitCodes.done;
  },
});
