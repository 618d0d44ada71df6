/** A whole ONNX graph in some bytes: `sum = value + value`, float32 [4]. Made by `models/parity/probe_graph.py`. */
export const PROBE_GRAPH = Buffer.from(
  'CAk6SQoYCgV2YWx1ZQoFdmFsdWUSA3N1bSIDQWRkEgVwcm9iZVoTCgV2YWx1ZRIKCggIARIECgIIBGIRCgNzdW0SCgoICAESBAoCCARCBAoAEBQ=',
  'base64',
);
