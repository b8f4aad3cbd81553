namespace CdcStripeSync.Postgres.Migrations;

/// <summary>The state store's tables do not fit this program; the message says what to do.</summary>
public sealed class StoreSchemaException(string message) : Exception(message);
