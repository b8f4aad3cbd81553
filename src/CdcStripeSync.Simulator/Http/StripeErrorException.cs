namespace CdcStripeSync.Simulator.Http;

/// <summary>Ends a request with Stripe's error body.</summary>
internal sealed class StripeErrorException(int status, string type, string? code, string message, string? parameter = null) : Exception(message)
{
    public int Status { get; } = status;

    public string Type { get; } = type;

    public string? Code { get; } = code;

    public string? Parameter { get; } = parameter;

    public static StripeErrorException Invalid(string? code, string message, string? parameter = null) =>
        new(400, "invalid_request_error", code, message, parameter);

    public static StripeErrorException Missing(int status, string noun, string id, string parameter) =>
        new(status, "invalid_request_error", "resource_missing", $"No such {noun}: '{id}'", parameter);
}
