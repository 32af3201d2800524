using ELicense.IntegrationTests.Issuance;
using Npgsql;
using Xunit;

namespace ELicense.IntegrationTests.Databases;

/// <summary>The owner migrates; the application's role works with what it was granted.</summary>
public sealed class PostgresRolesTests(PostgresCluster cluster) : DatabaseServer
{
    [Theory]
    [InlineData("UPDATE log_entries SET entry = entry")]
    [InlineData("DELETE FROM log_entries")]
    [InlineData("UPDATE prepared_licenses SET document = document")]
    [InlineData("DELETE FROM signed_licenses")]
    [InlineData("TRUNCATE log_entries")]
    [InlineData("ALTER TABLE log_entries DISABLE TRIGGER append_only")]
    [InlineData("DELETE FROM migrations")]
    [InlineData("UPDATE audit_trail SET entry = entry")]
    [InlineData("DELETE FROM audit_trail")]
    [InlineData("TRUNCATE audit_trail")]
    [InlineData("DELETE FROM audit_anchors")]
    [InlineData("DROP TRIGGER append_only ON audit_trail")]
    public void The_application_issues_but_may_not_alter_what_was_written_once(string sql)
    {
        using var counter = new Counter(databases: this);
        Assert.Equal(1, counter.Issue(1).Version);

        // insufficient_privilege
        Assert.Equal("42501", Assert.Throws<PostgresException>(() => counter.Sql(sql)).SqlState);
    }

    public override TestDatabase Create(string folder)
    {
        var suffix = Guid.NewGuid().ToString("N");
        var (database, owner, application) = ($"roles_{suffix}", $"owner_{suffix}", $"application_{suffix}");
        cluster.CreateEmpty(database);
        cluster.CreateRole(owner);
        cluster.CreateRole(application);
        cluster.Administer($"ALTER DATABASE {database} OWNER TO {owner}");
        return new PostgresCluster.Database(cluster, database, application, owner);
    }
}
