using System.Text.Json;

namespace CdcStripeSync.Simulator.Http;

/// <summary>An answer's status and JSON bytes: what an idempotency key remembers.</summary>
internal sealed record Reply(int Status, byte[] Body)
{
    public static Reply Of(StripeErrorException error, string requestId)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("error");
            if (error.Code is { } code)
            {
                json.WriteString("code", code);
                json.WriteString("doc_url", $"https://stripe.com/docs/error-codes/{code.Replace('_', '-')}");
            }

            json.WriteString("message", error.Message);
            if (error.Parameter is { } parameter) json.WriteString("param", parameter);
            json.WriteString("request_log_url", $"https://dashboard.stripe.com/test/logs/{requestId}");
            json.WriteString("type", error.Type);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return new Reply(error.Status, buffer.WrittenSpan.ToArray());
    }
}
