"""« Fiche à jour ? » pages."""
