import type { Checkpoints, EventStore } from '../port.js';

/**
 * Takes the durable places of reactors along, each to the position that its event has in the target: what was not yet acted on is acted on
 * there. A place beyond what was copied is left alone.
 *
 * @param places position in the source by name
 */
export const carryPlaces = async (
  source: Pick<EventStore, 'readAllBackwards'>, target: Pick<EventStore, 'readStream'>, places: ReadonlyMap<string, number>, checkpoints: Checkpoints,
): Promise<void> => {
  for (const [name, position] of places) {
    const [last] = (await source.readAllBackwards(position + 1, 1)).records;
    const [same] = last ? await target.readStream(last.stream, last.revision, 1) : [];
    if (same && same.position > (await checkpoints.load(name))) await checkpoints.save(name, same.position);
  }
};
