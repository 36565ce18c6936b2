"""From texts to vectors."""

import sys

# OpenVINO's tools report their use over the network without asking, unless the package that
# does it cannot be imported. None is how Python marks such a module; the stubs know no None.
sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
