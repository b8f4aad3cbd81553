"""Derives request-schemas.json from a Stripe OpenAPI document: python3 derive.py <openapi.json>.

Kept: names, types, lengths, enums, required; an alternative '' becomes "clear". Dropped: every description and all responses."""
import json
import sys

document = json.load(open(sys.argv[1]))


def strip(schema):
    if "$ref" in schema:
        return strip(document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]])
    if "anyOf" in schema:
        options = [o for o in schema["anyOf"] if o.get("enum") != [""]]
        stripped = [strip(o) for o in options]
        result = stripped[0] if len(stripped) == 1 else {"t": "or", "or": stripped}
        if len(options) < len(schema["anyOf"]):
            result["clear"] = True
        return result
    kind = schema.get("type", "string")
    result = {}
    if kind == "object":
        extra = schema.get("additionalProperties")
        if isinstance(extra, dict):
            return {"t": "map", "value": strip(extra)}
        result = {"t": "object", "props": {k: strip(v) for k, v in sorted(schema.get("properties", {}).items())}}
        if schema.get("required"):
            result["req"] = schema["required"]
        return result
    if kind == "array":
        return {"t": "array", "items": strip(schema["items"])}
    result["t"] = "decimal" if schema.get("format") == "decimal" else kind
    if "maxLength" in schema and kind == "string":
        result["max"] = schema["maxLength"]
    if "enum" in schema:
        result["enum"] = [v for v in schema["enum"] if v != ""]
        if "" in schema["enum"]:
            result["clear"] = True
    return result


operations = {}
for path, methods in document["paths"].items():
    for method, operation in methods.items():
        body = operation.get("requestBody", {}).get("content", {}).get("application/x-www-form-urlencoded", {}).get("schema", {})
        schema = strip({**body, "type": "object", "additionalProperties": False})
        for parameter in operation.get("parameters", []):
            if parameter["in"] == "query":
                schema["props"][parameter["name"]] = strip(parameter["schema"])
                if parameter.get("required"):
                    schema.setdefault("req", []).append(parameter["name"])
        operations[f"{method.upper()} {path}"] = schema
# The document lacks both: Stripe's own guide unsets a default price by "", and every account answers this address.
operations["POST /v1/products/{id}"]["props"]["default_price"]["clear"] = True
operations["GET /v1/account"] = {"t": "object", "props": {"expand": {"t": "array", "items": {"t": "string", "max": 5000}}}}
with open("request-schemas.json", "w") as out:
    out.write("{\n" + ",\n".join(f"  {json.dumps(k)}: {json.dumps(operations[k], separators=(',', ':'))}" for k in sorted(operations)) + "\n}\n")
