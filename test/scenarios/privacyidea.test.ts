import { Player, scenariosIn } from '../fixtures/conformance/player.js';
import { openStage, type OpenStage } from '../fixtures/conformance/stage.js';

/** What clients and scripts of privacyIDEA see on the wire, as recorded; `ours` in a step is where we differ on purpose. */
describe('privacyIDEA', () => {
  let stage: OpenStage;
  let player: Player;
  beforeAll(async () => {
    stage = await openStage('privacyidea');
    player = await Player.open(stage);
  });
  afterAll(async () => {
    player.close();
    await stage.close();
  });

  it.each(scenariosIn('privacyidea'))('%s', async (_, scenario) => expect(await player.play(scenario)).toEqual([]), 20_000);
});
