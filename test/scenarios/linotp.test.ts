import { Player, scenariosIn } from '../fixtures/conformance/player.js';
import { openStage, type OpenStage } from '../fixtures/conformance/stage.js';

/** What clients and scripts of LinOTP see on the wire, as recorded; `ours` in a step is where we differ on purpose. */
describe('LinOTP', () => {
  let stage: OpenStage;
  let player: Player;
  beforeAll(async () => {
    stage = await openStage('linotp');
    player = await Player.open(stage);
  });
  afterAll(async () => {
    player.close();
    await stage.close();
  });

  it.each(scenariosIn('linotp'))('%s', async (_, scenario) => expect(await player.play(scenario)).toEqual([]), 20_000);
});
