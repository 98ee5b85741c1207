import type { NumberRule } from '../number.js';
import type { ReceiptMapping } from '../receipts/mapping.js';
import type { SchemeName } from '../receipts/schemes.js';

/** A vendor's way to take messages, as data: what of it is the user's own is a parameter, everything else is known. */
export interface Preset {
  /** Kind of gateway in definitions. */
  readonly kind: string;
  /** Name of the vendor and the interface. */
  readonly title: string;
  readonly parameters: Readonly<Record<string, Parameter>>;
  /** Parameters of which at least one is needed. */
  readonly oneOf?: readonly [string, ...string[]];
  /** `https://host`, in which parameters may stand; none where everybody runs a server of his own. */
  readonly server?: string;
  /** Path on the server. Parameters stand as `{name}`. */
  readonly path: string;
  readonly request: PresetRequest;
  /** What is added to the request when an optional parameter is given, by its name. */
  readonly whenGiven?: Readonly<Record<string, PresetRequest>>;
  /** What the vendor means by success, for the manual. */
  readonly success: string;
  /** Absent where the vendor calls nobody back. */
  readonly receipts?: {
    readonly mapping: ReceiptMapping;
    /** How the vendor signs; where it does not, a secret in the address has to do. */
    readonly signature?: SchemeName;
    /** What is added to the request when receipts are wanted. */
    readonly request?: PresetRequest;
    /** What to do at the vendor, for the manual. */
    readonly setup: string;
  };
}

/** What the user knows and the preset does not. */
export interface Parameter {
  /** For the manual, without a full stop. */
  readonly meaning: string;
  /** An example, for the manual. */
  readonly example: string;
  readonly secret?: true;
  readonly optional?: true;
  /** Taken where nothing is given; `{name}` is what another parameter holds. */
  readonly default?: string;
  /** The whole value has to match. */
  readonly pattern?: RegExp;
}

/** A text in which parameters and placeholders of the HTTP gateway may stand. */
export type Text = string;
export type PresetJson = Text | number | boolean | readonly PresetJson[] | { readonly [name: string]: PresetJson };
type PresetFields = Readonly<Record<string, Text>>;

interface PresetContentRules {
  readonly startsWith?: string;
  readonly contains?: string;
  readonly matches?: string;
  readonly json?: readonly { readonly pointer: string; readonly equals?: string | number | boolean; readonly in?: readonly (string | number)[]; readonly matches?: string }[];
}

/**
 * Options of the HTTP gateway. A field whose text speaks of an optional parameter that was not given is left out, and so is one that
 * speaks of `{receiptUrl}` where no receipts are wanted.
 */
export interface PresetRequest {
  readonly method?: 'GET' | 'POST';
  readonly query?: PresetFields;
  readonly form?: PresetFields;
  readonly json?: { readonly [name: string]: PresetJson };
  readonly headers?: PresetFields;
  readonly username?: Text;
  readonly password?: Text;
  readonly aws?: { readonly region: Text; readonly service: string; readonly accessKeyId: Text; readonly secretAccessKey: Text };
  readonly unicode?: { readonly query?: PresetFields; readonly form?: PresetFields; readonly json?: { readonly [name: string]: PresetJson } };
  readonly validity?: { readonly least?: number; readonly most?: number };
  readonly number?: NumberRule;
  readonly success?: PresetContentRules & { readonly status?: readonly number[] | 'any' };
  readonly failure?: PresetContentRules;
  readonly unavailable?: PresetContentRules & { readonly status?: readonly number[] };
  /** Seconds, where the usual ones do not suffice. */
  readonly timeout?: number;
  readonly messageId?: { readonly after: string } | { readonly matches: string } | { readonly pointer: string };
}

/** Letters, digits, dash and underscore: fit for a step of a path or a part of a host name. */
export const word = /^[A-Za-z0-9_-]+$/;
/** Visible ASCII characters: fit for a header. */
export const token = /^[\x21-\x7e]+$/;
