"""Pure steps from pixels and annotations to samples."""

import os

# onnxruntime >= 1.29 keeps a data base under HOME and reports models to its maker unless told not to before its import.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
