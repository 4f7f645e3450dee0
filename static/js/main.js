// Adds comfort to pages that already work without it: each module answers one data attribute.
import { enhanceAutocompletes } from "./autocomplete.js";
import { enableAutosubmit } from "./autosubmit.js";
import { askBeforeSubmitting } from "./confirm.js";
import { enableCopying, enablePrinting } from "./copy.js";
import { focusErrorSummary } from "./error_summary.js";
import { addListFilters } from "./list_filter.js";
import { closeMenusOutside } from "./menus.js";
import { addPasswordToggles } from "./password.js";
import { keepTableSemantics } from "./tables.js";
import { warnBeforeLeaving } from "./unsaved.js";

focusErrorSummary(document);
askBeforeSubmitting(document);
warnBeforeLeaving(document);
addListFilters(document);
addPasswordToggles(document);
enableCopying(document);
enablePrinting(document);
enableAutosubmit(document);
closeMenusOutside(document);
keepTableSemantics(document);
enhanceAutocompletes(document);
