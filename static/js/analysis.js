/** Entry of the analysis page. */
import { AnalysisPage } from "./analysis/page.js";
import { island } from "./core/dom.js";

new AnalysisPage(island("project-data"), island("basemap-data"));
