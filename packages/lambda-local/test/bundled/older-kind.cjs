/** As many libraries are written, drivers of databases among them. */
const { EventEmitter } = require("node:events");

exports.heard = () => {
  const emitter = new EventEmitter();
  let said = "";
  emitter.on("word", (word) => {
    said = word;
  });
  emitter.emit("word", "heard");
  return said;
};
