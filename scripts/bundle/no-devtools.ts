/** Stands in for `react-devtools-core`, which Ink imports and a production build never calls. */
const noDevtools = {initialize() {}, connectToDevTools() {}};
export default noDevtools;
