/** Entry of the first screen. */
import { island } from "./core/dom.js";
import { HomePage } from "./ui/homepage.js";

new HomePage(island("home-data")).start();
