/** Entry of the project page. */
import { island } from "./core/dom.js";
import { ProjectPage } from "./ui/projectpage.js";

new ProjectPage(island("project-data")).start();
