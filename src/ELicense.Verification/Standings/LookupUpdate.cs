using Dapper;
using ELicense.Core.Log;
using Microsoft.Data.Sqlite;

namespace ELicense.Verification.Standings;

/// <summary>One round's changes in one transaction; what is not committed never was. Owned by the round.</summary>
internal sealed class LookupUpdate : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteTransaction _transaction;
    private readonly SqliteCommand _issue;
    private readonly SqliteCommand _change;
    private readonly SqliteCommand _store;
    private readonly SqliteCommand _isIssued;

    private readonly Action _committed;

    /// <param name="committed">Called when readers can see the changes.</param>
    public LookupUpdate(SqliteConnection connection, bool fromScratch, Action committed)
    {
        _committed = committed;
        _connection = connection;
        _transaction = connection.BeginTransaction();
        if (fromScratch)
            _connection.Execute("DELETE FROM entry; DELETE FROM file; DELETE FROM progress;", transaction: _transaction);
        _issue = Prepare(
            "INSERT INTO entry (place, position, subject, digest, standing, since, reason) VALUES (@place, @position, @subject, @digest, 0, @since, @reason)",
            "@place", "@position", "@subject", "@digest", "@since", "@reason");
        _change = Prepare(
            "UPDATE entry SET standing = @standing, since = @since, reason = @reason WHERE place = @place AND subject = @subject",
            "@place", "@subject", "@standing", "@since", "@reason");
        _store = Prepare("INSERT INTO file (position, content) VALUES (@position, @content)", "@position", "@content");
        _isIssued = Prepare("SELECT EXISTS (SELECT 1 FROM entry WHERE subject = @subject)", "@subject");
    }

    /// <summary>Whether a certificate of this issuer and serial number was issued before, at whatever index.</summary>
    public bool IsIssued(CertificateSubject certificate)
    {
        _isIssued.Parameters[0].Value = LookupSubject.Of(certificate.Issuer, certificate.SerialHex);
        return (long)_isIssued.ExecuteScalar()! != 0;
    }

    public void Issue(LogEntry entry, long position) =>
        Run(_issue, PlaceOf(entry), position, SubjectOf(entry), entry.Digest!.Value.ToArray(), entry.TimeMs, entry.Reason);

    /// <returns>False when the index was issued to another subject.</returns>
    public bool Change(LogEntry entry) => Run(_change, PlaceOf(entry), SubjectOf(entry), (int)entry.Standing, entry.TimeMs, entry.Reason) == 1;

    public void Store(long position, ReadOnlyMemory<byte> file) => Run(_store, position, file.ToArray());

    public void Commit(string origin, MerkleFrontier frontier)
    {
        _connection.Execute(
            "INSERT INTO progress (id, origin, frontier) VALUES (1, @origin, @frontier) ON CONFLICT (id) DO UPDATE SET origin = @origin, frontier = @frontier",
            new { origin, frontier = frontier.Encode() }, _transaction);
        _transaction.Commit();
        _committed();
    }

    public void Dispose()
    {
        _issue.Dispose();
        _change.Dispose();
        _store.Dispose();
        _isIssued.Dispose();
        _transaction.Dispose();
    }

    private static long PlaceOf(LogEntry entry) => new Place(entry.List, entry.Index).Number;

    private static string SubjectOf(LogEntry entry) => entry.Subject switch
    {
        EnterpriseSubject enterprise => enterprise.CreditCode.Value,
        CertificateSubject certificate => LookupSubject.Of(certificate.Issuer, certificate.SerialHex),
        _ => throw new InvalidOperationException($"An entry of kind {entry.Kind} has no subject to look up."),
    };

    private SqliteCommand Prepare(string sql, params string[] parameters)
    {
        var command = _connection.CreateCommand();
        command.Transaction = _transaction;
        command.CommandText = sql;
        foreach (var name in parameters)
            command.Parameters.Add(new SqliteParameter { ParameterName = name });
        return command;
    }

    private static int Run(SqliteCommand command, params object[] values)
    {
        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i];
        return command.ExecuteNonQuery();
    }
}
