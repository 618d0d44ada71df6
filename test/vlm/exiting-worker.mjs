// A worker that is gone before its model is loaded.
process.exit(3);
