import { awsSns } from './awsSns.js';
import { bulksms } from './bulksms.js';
import { clickatell, clickatellPlatform } from './clickatell.js';
import { gammu } from './gammu.js';
import { infobip } from './infobip.js';
import { kannel } from './kannel.js';
import { bird, messagebird } from './messagebird.js';
import { plivo } from './plivo.js';
import type { Preset } from './preset.js';
import { seven } from './seven.js';
import { sinch } from './sinch.js';
import { sipgate } from './sipgate.js';
import { smsglobal } from './smsglobal.js';
import { telnyx } from './telnyx.js';
import { twilio } from './twilio.js';
import { vonage } from './vonage.js';

/** Every vendor that is known. */
export const presets: readonly Preset[] = [
  awsSns, bird, bulksms, clickatell, clickatellPlatform, gammu, infobip, kannel, messagebird, plivo, seven, sinch, sipgate, smsglobal, telnyx, twilio, vonage,
];
