using System.Text.Json;

namespace CdcStripeSync.Core.Values;

/// <summary>What reading JSON text throws for what the text holds.</summary>
public static class JsonFaults
{
    /// <summary>No JSON; or JSON whose text is none: half a character (<c>\ud83d</c> alone), which PostgreSQL's json keeps, and jsonb does not.</summary>
    public static bool Is(Exception e) => e is JsonException or InvalidOperationException;
}
