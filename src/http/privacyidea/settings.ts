import { isTrue, knownSettings } from '../../commands/settingNames.js';
import type { Application } from '../../application.js';

/** A setting that only this dialect reads, or its default. */
export const settingText = async ({ queries }: Application, name: string): Promise<string> =>
  (await queries.settings()).find(({ key }) => key === name)?.value ?? knownSettings[name]!.standard;

export const settingIsTrue = async (application: Application, name: string): Promise<boolean> => isTrue(await settingText(application, name));
